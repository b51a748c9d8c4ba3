"""Durable orchestration: one workflow per patient journey."""
