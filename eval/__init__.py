"""Scores with confidence intervals for question sets and public benchmarks: `python -m eval`.

records → files (JSONL, TREC, BEIR-style folders) → run → spans, metrics, answer_metrics
→ summary, bootstrap → report, gate. How to use it: docs/evaluation.md.
"""
