"""Packages of Anki (`.apkg`, `.colpkg`) as notes of ours; nothing in such a file is taken on trust."""
