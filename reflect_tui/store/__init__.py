"""Keeps sessions, documents and drafts as files, and brings them into history. Needs git only for history."""
