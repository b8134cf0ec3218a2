"""Notes as rows of comma- or tab-separated text, in and out."""
