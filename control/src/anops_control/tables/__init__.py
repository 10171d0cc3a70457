"""Files of rows as people have them: spreadsheets in any dialect, read so that no number changes unseen."""
