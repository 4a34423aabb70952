"""Widgets that draw lines; the screens are made of them."""
