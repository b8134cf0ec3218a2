"""Markdown and math for the terminal; cleans all foreign text."""
