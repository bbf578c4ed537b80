/** The plain strong cases in Spanish, folded: without accents, with `ñ`. */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  TU: list('tu tus su sus vuestra vuestro vuestras vuestros'),
  FAMILIA: list(
    'familia casa hijo hijos hija hijas mujer marido madre padre hermano hermana perro coche tienda negocio piernas cara',
  ),
  MATAR: list('matar violar degollar apuñalar quemar rajar destripar ahorcar reventar asesinar partir'),
  GRUPO: list(
    'judios moros gitanos musulmanes inmigrantes gays homosexuales maricones sudacas negros mujeres arabes chinos refugiados rumanos travestis lesbianas',
  ),
  PLAGA: list(
    'ratas escoria animales basura parasitos cucarachas terroristas criminales delincuentes monos cerdos plaga inferiores subhumanos ladrones mierda',
  ),
};
const threat = ruler('threat', LISTS);
const hate = ruler('hate', LISTS);
const profanity = ruler('profanity', LISTS);

export const SPANISH: readonly Rule[] = [
  threat('harm-es', 'te|os voy|vamos|van a !MATAR', { unless: 'risa besos cosquillas' }),
  threat('harm-es', 'le|lo|la voy|vamos|van a !matar|violar|degollar', { unless: 'juego partida' }),
  threat(
    'harm-es',
    'voy|vamos a !matarte|matarlo|matarla|mataros|violarte|quemarte|rajarte|apuñalarte|degollarte|ahorcarte',
  ),
  threat('harm-es', 'voy|vamos a !quemar|matar|violar|reventar|destrozar ~1 TU FAMILIA'),
  threat('harm-es', '!matare|mataremos|violare|degollare ~2 ti|TU|$|tus|por|si'),
  threat(
    'harm-es',
    '!rompo|rompere|romperemos|partire|corto|cortare ~1 las|la|el|TU piernas|cara|cuello|huesos|lengua',
  ),
  threat('harm-es', 'te|os !matamos|degollamos|violamos|rajamos|quemamos ~1 $|vivo|viva|y|si'),
  threat('harm-es', '^ ?estas !muerto|muerta $|cabron|ya|ya se|si', { unless: 'juego nivel cansancio risa' }),
  threat('harm-es', 'estas !muerto|muerta ~1 se|si|$|sabemos', { unless: 'juego nivel cansancio risa' }),
  threat('harm-es', '!vas a morir', { unless: 'juego risa nivel' }),
  threat('where-es', 'sabemos|se donde ~1 !vives|trabajas|vive ~2 y|vamos ~4 por|matar|quemar|TU'),
  threat('where-es', 'a !por TU familia|hijos|hija|hijo'),
  threat('self-harm-es', '!suicidate'),
  threat('self-harm-es', '!matate', { unless: 'trabajar' }),
  hate('slur-es', '!sudaca|sudacas|maricon|maricones|marica|maricas|bollera|bolleras|panchito|panchitos|moromierda'),
  hate('slur-es', '!negro|negra|negros|moro|moros|gitano|judio|indio ~1 de mierda'),
  hate('dehumanising-es', '!GRUPO son ~1 PLAGA'),
  hate('violence-es', 'matar|echar|quemar|expulsar ~2 los|las !GRUPO', { unless: 'museo historia' }),
  profanity(
    'word-es',
    '!gilipollas|hijoputa|hijueputa|joder|jodete|jodan|jode|mierda|cabron|cabrona|cabrones|pendejo|pendeja|pendejos|coño|follar|follame|mamahuevo|malparido|malparida|culero|puto|putos|putas',
  ),
  profanity('insult-es', 'hijo|hija|hijos de !puta'),
  profanity('insult-es', '!puta madre'),
  profanity('insult-es', '!chinga|chingas|chingate|chinguen ~1 TU|$'),
  profanity('insult-es', 'por !culo'),
  profanity('mild-es', '!maldita|maldito|idiota|imbecil|puta', { gravity: 'mild' }),
];
