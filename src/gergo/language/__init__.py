"""Kept terms, translation engines, checks: localised text that keeps the words of the trade."""
