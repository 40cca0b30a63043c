// Failures in the words of the engine that contributors know, Node's, so that they can be looked up.

const wordings = [
  [/^cannot read property 'Symbol.iterator' of (undefined|null)$/, (_, what) => `${what} is not iterable (cannot read property Symbol(Symbol.iterator))`],
  [/^cannot read property '(.*)' of (undefined|null)$/s, (_, name, what) => `Cannot read properties of ${what} (reading '${name}')`],
  [/^cannot set property '(.*)' of (undefined|null)$/s, (_, name, what) => `Cannot set properties of ${what} (setting '${name}')`],
  [/^(\S+) is not initialized$/, (_, name) => `Cannot access '${name}' before initialization`],
  [/^'.*' is read-only$/s, () => 'Assignment to constant variable.'],
  [/^cannot convert symbol to string$/, () => 'Cannot convert a Symbol value to a string'],
  [/^empty array$/, () => 'Reduce of empty array with no initial value'],
  [/^class constructors must be invoked with 'new'$/, () => "Class constructor cannot be invoked without 'new'"],
  [/^circular reference$/, () => 'Converting circular structure to JSON'],
];

// What stands at the end of some code, as Node names what is called: `name`, `a.b`, `a(...).b`.
function calleeIn(code) {
  let rest = code.trimEnd();
  let name = '';
  for (;;) {
    const opening = rest.endsWith(')') ? openingOf(rest, '(', ')') : rest.endsWith(']') ? openingOf(rest, '[', ']') : -1;
    const word = opening < 0 ? /[\w$#]+$/.exec(rest)?.[0] ?? '' : rest.slice(opening);
    if (word === '') return name.startsWith('.') ? `(intermediate value)${name}` : name;
    name = (word.startsWith('(') ? '(...)' : word) + name;
    rest = rest.slice(0, -word.length);
    const dot = opening < 0 ? /\??\.$/.exec(rest)?.[0] : '';
    if (dot === undefined) return name;
    name = dot === '' ? name : `.${name}`;
    rest = rest.slice(0, rest.length - dot.length);
  }
}

function openingOf(code, open, close) {
  let depth = 0;
  for (let index = code.length - 1; index >= 0; index -= 1) {
    if (code[index] === close) depth += 1;
    if (code[index] === open) depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

const keywords = /^(await|case|catch|delete|for|if|in|new|of|return|switch|typeof|void|while)$/;

// What is called with the arguments among which some code ends, the innermost first; functions written there end it.
function callsAround(code) {
  const names = [];
  let depth = 0;
  for (let index = code.length - 1; index >= 0; index -= 1) {
    if (code[index] === ')') depth += 1;
    if (code[index] !== '(') continue;
    if (depth > 0) {
      depth -= 1;
      continue;
    }
    if (/=>|\{/.test(code.slice(index))) break;
    const name = calleeIn(code.slice(0, index));
    if (name !== '' && !keywords.test(name)) names.push(name);
  }
  return names;
}

// The name of what was called where an error happened. The engine may point at an argument instead, so where several
// calls meet, there is no telling.
function calledAt(stack) {
  const at = /\(?([^\s()]+):(\d+):(\d+)\)?/.exec(stack);
  if (at === null) return null;
  const line = host.line(at[1], Number(at[2]));
  const column = Number(at[3]) - 1;
  const here = /^(\??\.)?[\w$#]+\s*\(/.exec(line.slice(column));
  const around = callsAround(line.slice(0, column));
  const names = here === null ? around : [calleeIn(line.slice(0, column + here[0].length - 1)), ...around];
  return names.length === 1 ? names[0] : null;
}

function worded(error, said) {
  const message = text(error.message);
  if (message === 'not a function') {
    const name = calledAt(text(error.stack ?? ''));
    return name === null ? said : said.replace(message, `${name} is not a function`);
  }
  if (error instanceof URIError) return said.replace(message, 'URI malformed');
  for (const [pattern, as] of wordings) {
    if (pattern.test(message)) return said.replace(message, () => message.replace(pattern, as));
  }
  return said;
}

// The file of filters that an error came from, and its line there.
function whereFrom(error) {
  if (/out of memory$/.test(text(error?.message ?? ''))) return '';
  const stack = error instanceof Error ? text(error.stack ?? '') : '';
  const at = /^\s*at (?:.*? \()?(\S.*\.filters(?:\.history)?\.js):(\d+)(?::\d+)?\)?$/m.exec(stack);
  return at === null ? '' : ` (${at[1]}:${at[2]})`;
}

function told(error) {
  const said = text(error);
  const isWorded = [TypeError, ReferenceError, URIError].some((Class) => error instanceof Class);
  return (isWorded ? worded(error, said) : said) + whereFrom(error);
}
