"""Notes as Markdown to be read and edited, in and out."""
