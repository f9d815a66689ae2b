"""The pure stages of the pipeline, one module a stage."""
