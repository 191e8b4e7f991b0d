// What is being looked for. It lives in the URL, so that a search can be kept, sent, and gone back to.

export const state = { view: "search", q: "", minus: "", like: "", weight: 0.5, picture: "", filters: new Map(), every: false, item: "" };
export const VIEWS = ["search", "compare", "labels"];

const EMPTY = () => ({ values: [], low: "", high: "" });

export function read(search) {
  const query = new URLSearchParams(search);
  state.view = VIEWS.includes(query.get("view")) ? query.get("view") : "search";
  state.q = query.get("q") ?? "";
  state.minus = query.get("minus") ?? "";
  state.like = query.get("like") ?? "";
  state.picture = query.get("picture") ?? "";
  state.item = query.get("item") ?? "";
  state.every = query.get("every") === "1";
  const weight = Number(query.get("weight") ?? 0.5);
  state.weight = weight >= 0 && weight <= 1 ? weight : 0.5;
  state.filters = new Map();
  for (const [name, value] of query) {
    const [kind, ...rest] = name.split(".");
    const column = rest.join(".");
    if (!column) continue;
    if (kind === "is") filter(column).values.push(value);
    else if (kind === "min" && Number.isFinite(Number(value))) filter(column).low = value;
    else if (kind === "max" && Number.isFinite(Number(value))) filter(column).high = value;
  }
}

export function written(changes = {}) {
  const now = { ...state, ...changes };
  const query = new URLSearchParams();
  if (now.view !== "search") query.set("view", now.view);
  for (const name of ["q", "minus", "like", "picture"]) if (now[name]) query.set(name, now[name]);
  if (now.picture && now.q && now.weight !== 0.5) query.set("weight", now.weight);
  for (const [column, { values, low, high }] of now.filters) {
    for (const value of values) query.append(`is.${column}`, value);
    if (low !== "") query.set(`min.${column}`, low);
    if (high !== "") query.set(`max.${column}`, high);
  }
  if (now.every) query.set("every", "1");
  if (now.item) query.set("item", now.item);
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

export function filter(column) {
  if (!state.filters.has(column)) state.filters.set(column, EMPTY());
  return state.filters.get(column);
}

// The conditions as the API takes them; columns that this catalogue does not have are left out.
export function conditions(columns) {
  const found = [];
  for (const [column, { values, low, high }] of state.filters) {
    const kind = columns.find((one) => one.name === column)?.kind;
    if (!kind) continue;
    const typed = kind === "bool" ? values.map((value) => value === "true") : values;
    if (typed.length) found.push({ column, op: "in", value: typed });
    if (low !== "") found.push({ column, op: "ge", value: Number(low) });
    if (high !== "") found.push({ column, op: "le", value: Number(high) });
  }
  return found;
}
