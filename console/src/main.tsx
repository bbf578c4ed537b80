/** The pages' start. */
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/pieces.css';
import './style/rooms.css';
import { render } from 'preact';
import { startSession } from './api/session.ts';
import { App } from './app.tsx';
import { startTheme } from './frame/theme.tsx';
import { route, startRoutes } from './route.ts';

startTheme();
startRoutes();
render(<App />, document.getElementById('console')!);
void startSession(route.value.room === 'signed-in');
