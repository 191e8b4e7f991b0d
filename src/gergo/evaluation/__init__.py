"""Evaluation: one file a task, pure metrics, statistics, the report."""
