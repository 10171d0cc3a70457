"""What a build server does with a project: the files that `ao ci init` writes, for each host and language."""
