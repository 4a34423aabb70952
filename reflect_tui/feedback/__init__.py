"""Feedback from others: rounds, the answers that come in, and what keeps the promise made to those who give them."""
