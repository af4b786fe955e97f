import { render } from 'preact';
import './theme/index.css';
import { App } from './app/app.js';
import { startPanel } from './app/start-panel.js';

const root = document.querySelector('#panel');
if (root !== null) {
  startPanel();
  render(<App />, root);
}
