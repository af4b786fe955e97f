/** What opens a file in an editor, by its name. */
export const EDITORS: readonly (readonly [name: string, template: string])[] = [
  ['VS Code', 'vscode://file/{path}:{line}:{column}'],
  ['VS Code Insiders', 'vscode-insiders://file/{path}:{line}:{column}'],
  ['Cursor', 'cursor://file/{path}:{line}:{column}'],
  ['Windsurf', 'windsurf://file/{path}:{line}:{column}'],
  ['Zed', 'zed://file/{path}:{line}:{column}'],
  ['WebStorm', 'webstorm://open?file={path}&line={line}&column={column}'],
  ['IntelliJ IDEA', 'idea://open?file={path}&line={line}&column={column}'],
  ['Sublime Text', 'subl://open?url=file://{path}&line={line}&column={column}'],
];
