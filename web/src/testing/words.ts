/** Every language at once, which the app never has. */
import { en } from '../lib/i18n/en';
import { fi } from '../lib/i18n/fi';

export const words = { en, fi };
