"""A paper to make boards of."""

PAPER = """---
title: A small paper
lang: en
sources:
  - https://example.org/paper
---

# Aims

- Fairness {#fairness}
- Access
  -> #fairness: serves
"""
