/**
 * What the house answers to STOP, START and HELP, in the language of the word that was sent. One text each, with who writes,
 * without marketing and without a link (47 CFR 64.1200(a)(12): one confirmation, nothing but that). Letters of the GSM-7
 * alphabet alone, so that an SMS stays one part; worded so that none of them reads as an opt-out where it is sent back.
 */
import type { OptOutLanguage } from './opt-out-words.ts';

export const ANSWERED = ['stop', 'start', 'help'] as const;
/** What is answered. */
export type Answered = (typeof ANSWERED)[number];

interface Answer {
  readonly subject: string;
  readonly text: string;
}

const ANSWERS: Readonly<Record<OptOutLanguage, Readonly<Record<Answered, Answer>>>> = {
  en: {
    stop: {
      subject: 'You are unsubscribed',
      text: 'you are unsubscribed. We will not write to you any more. To come back, send START.',
    },
    start: {
      subject: 'You are subscribed again',
      text: 'you are subscribed again. Send STOP at any time to unsubscribe.',
    },
    help: {
      subject: 'Who writes to you',
      text: 'messages of this organisation come from here. Send STOP at any time to unsubscribe.',
    },
  },
  fr: {
    stop: {
      subject: 'Désinscription confirmée',
      text: "désinscription confirmée. Nous n'écrirons plus. Pour revenir, envoyez START.",
    },
    start: {
      subject: 'Inscription rétablie',
      text: 'inscription rétablie. Envoyez STOP à tout moment pour vous désinscrire.',
    },
    help: {
      subject: 'Qui vous écrit',
      text: "les messages de cette organisation viennent d'ici. Envoyez STOP à tout moment pour vous désinscrire.",
    },
  },
  es: {
    stop: {
      subject: 'Baja confirmada',
      text: 'baja confirmada. No le escribiremos de nuevo. Para volver, responda START.',
    },
    start: {
      subject: 'Alta confirmada',
      text: 'alta confirmada. Responda STOP en cualquier momento para darse de baja.',
    },
    help: {
      subject: 'Quien le escribe',
      text: 'los mensajes de esta entidad vienen de este contacto. Responda STOP en cualquier momento para darse de baja.',
    },
  },
  de: {
    stop: {
      subject: 'Abmeldung bestätigt',
      text: 'Sie sind abgemeldet. Von hier kommt nichts weiter. Um zurückzukommen, senden Sie START.',
    },
    start: {
      subject: 'Sie sind wieder angemeldet',
      text: 'Sie sind wieder angemeldet. Mit STOP melden Sie sich jederzeit ab.',
    },
    help: {
      subject: 'Wer Ihnen schreibt',
      text: 'die Nachrichten dieser Organisation kommen von hier. Mit STOP melden Sie sich jederzeit ab.',
    },
  },
};

/** Longer names are cut: the text is to fit into one SMS. */
const MAX_NAME_CHARS = 40;

/** @param organization its name, as people know it. */
export function answerTo(said: Answered, language: OptOutLanguage, organization: string): Answer {
  const { subject, text } = ANSWERS[language][said];
  const name = organization.length <= MAX_NAME_CHARS ? organization : `${organization.slice(0, MAX_NAME_CHARS - 3)}...`;
  return { subject, text: `${name.toWellFormed()}: ${text}` };
}
