"""REST for every verb of AnOps: projects in a folder, jobs that are kept, files that come and go."""
