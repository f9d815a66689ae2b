"""Reading what planners have and writing what others read."""
