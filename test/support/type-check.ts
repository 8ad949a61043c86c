import ts from 'typescript';

export interface TypedValue {
  readonly name: string;
  /** A type of the given declarations. */
  readonly type: string;
  readonly value: unknown;
}

/** Declarations of libraries, which are read once for all programs. */
const read = new Map<string, ts.SourceFile | undefined>();
const FILE = `${import.meta.dirname}/values-to-check.ts`;

/**
 * Checks JSON values against published TypeScript types as the compiler does it for somebody who writes them by hand: unknown
 * members, missing ones and wrong literals are all errors. Empty when every value fits.
 */
export function typeErrors(declarations: string, values: readonly TypedValue[]): string[] {
  const head = declarations.trim().split('\n');
  const lines = values.map(
    ({ type, value }, index) => `export const v${index}: ${type} = ${JSON.stringify(value)};`,
  );
  const program = programOf([...head, ...lines].join('\n'));
  const file = program.getSourceFile(FILE)!;
  const problems = [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ];
  return problems.map(({ start = 0, messageText }) => {
    const { line } = file.getLineAndCharacterOfPosition(start);
    const { name, type } = values[line - head.length] ?? { name: 'declarations', type: '' };
    const near = file.text.slice(start, start + 60);
    return `${name} as ${type}: ${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 600)} at ${near}`;
  });
}

/** The names of all members of each object type, of every alternative of a union. */
export function memberNames(types: readonly string[]): string[][] {
  const text = types.map((type, index) => `export declare const v${index}: ${type};`).join('\n');
  const program = programOf(text);
  const checker = program.getTypeChecker();
  const { statements } = program.getSourceFile(FILE)!;
  return statements.map((statement) => {
    const { declarations } = (statement as ts.VariableStatement).declarationList;
    const found = checker.getTypeAtLocation(declarations[0]!);
    const alternatives = found.isUnion() ? found.types : [found];
    const members = alternatives.flatMap((one) => checker.getPropertiesOfType(one));
    return [...new Set(members.map(({ name }) => name))];
  });
}

function programOf(text: string): ts.Program {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { ...host };
  host.getSourceFile = (name, version, ...rest) => {
    if (name === FILE) return ts.createSourceFile(name, text, version, true);
    if (!read.has(name)) read.set(name, onDisk.getSourceFile(name, version, ...rest));
    return read.get(name);
  };
  // Comments are a third of what there is to read.
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  host.fileExists = (name) => name === FILE || onDisk.fileExists(name);
  return ts.createProgram([FILE], options, host);
}
