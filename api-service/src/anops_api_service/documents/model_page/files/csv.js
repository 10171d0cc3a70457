// Reads and writes CSV, so that a person's own columns stand beside the predictions.

/** Return the names and the rows of a CSV text, or null where it is not as plain as that. */
export function read(text) {
  const begin = text.replace(/^\ufeff/, "");
  const header = begin.slice(0, begin.search(/\r|\n|$/));
  const separator = [",", ";", "\t"].sort((a, b) => header.split(b).length - header.split(a).length)[0];
  const lines = split(begin, separator).filter((line) => line.length > 1 || line[0] !== "");
  const [names, ...rows] = lines;
  if (!names || new Set(names).size !== names.length || rows.some((row) => row.length !== names.length)) return null;
  return { names, rows };
}

function split(text, separator) {
  const lines = [];
  let line = [], cell = "", quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') (cell += '"'), (i += 1);
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === separator) line.push(cell), (cell = "");
    else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[i + 1] === "\n") i += 1;
      lines.push([...line, cell]);
      (line = []), (cell = "");
    } else cell += letter;
  }
  if (cell !== "" || line.length) lines.push([...line, cell]);
  return lines;
}

/** Return records, which all have the same columns, as CSV. */
export function written(rows) {
  const names = Object.keys(rows[0]);
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((line) => line.map(cell).join(",")).join("\n") + "\n";
}
