"""What every other package may use: errors, problems, progress, language, paths, settings."""
