/**
 * Hate speech in English: slurs, and what denies a protected group its humanity or its place. A group's name is never
 * enough: what is said of it decides, so that a parade, a museum and a report on hate crime pass.
 */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  GROUP: list(
    'jews jew muslims muslim blacks whites gays gay lesbians homosexuals immigrants migrants refugees foreigners mexicans arabs asians africans chinese indians pakistanis hindus sikhs christians catholics turks poles gypsies gipsies roma irish women girls cripples disabled transgender trans transsexuals queers latinos hispanics',
  ),
  PEOPLE: list('people men women folks persons kids'),
  VERMIN: list(
    'vermin rats cockroaches roaches parasites animals animal subhuman subhumans filth scum terrorists criminals inferior disgusting diseased disease diseases plague cancer apes monkeys pigs trash dirt thieves savages burden degenerates degenerate pests leeches perverts sick dirty filthy worthless rapists evil garbage retarded stupid lazy infestation',
  ),
  REMOVED: list(
    'killed gassed deported shot hanged hung exterminated eradicated eliminated burned burnt lynched banned sterilised sterilized castrated caged drowned beaten',
  ),
  REMOVE: list('kill gas hang lynch exterminate deport burn shoot eradicate castrate'),
  ALL: list('all the every these those'),
};
const hate = ruler('hate', LISTS);
const HISTORY = 'museum exhibition memorial lecture tour history historical holocaust laundry wash colours';

export const ENGLISH_HATE: readonly Rule[] = [
  hate(
    'slur',
    '!nigger|niggers|nigga|niggas|niggaz|kike|kikes|gook|gooks|wetback|wetbacks|raghead|ragheads|towelhead|towelheads|tranny|trannies|paki|pakis|beaner|beaners|darkie|darkies|jigaboo|porchmonkey|redskins|chinaman|shemale|shemales|dykes|subhuman|subhumans|untermensch|untermenschen|mudslime|mudslimes',
    {
      unless: 'transmission gearbox',
    },
  ),
  hate('slur', '!faggot|faggots', { unless: 'peas gravy mash butcher butchers pub menu pudding onion oven' }),
  hate('slur', '!spic|spics', { unless: 'span' }),
  hate('slur', '!chink|chinks', { unless: 'armour armor light curtain wall' }),
  hate('slur', 'you|fucking|stupid|dirty ~1 !retard|retards|dyke|fag|fags|coon|coons|negro|negroes|jew|gypsy'),
  hate('slur', '!retards'),
  hate('dehumanising', '!GROUP ?PEOPLE ?all are|is ~2 VERMIN', { unless: HISTORY }),
  hate('dehumanising', '!GROUP ?PEOPLE are|is not human', { evenNegated: true }),
  hate('dehumanising', '!GROUP ?PEOPLE ~2 should|must|deserve ~2 be|to ~2 REMOVED|die', { unless: HISTORY }),
  hate('dehumanising', '!GROUP ?PEOPLE ~2 should not be allowed', { evenNegated: true, unless: 'smoking' }),
  hate('dehumanising', '!GROUP ?PEOPLE|and ~4 must|should be wiped|put|sent ~1 out|down|back'),
  hate('dehumanising', 'filthy|dirty|subhuman|disgusting|vermin|greedy|stupid !GROUP', { unless: HISTORY }),
  hate('call-to-violence', '^|just|should|must|and|please|lets !REMOVE ?all ?ALL ~1 GROUP', { unless: HISTORY }),
  hate('call-to-violence', '!death to ~1 GROUP', { unless: HISTORY }),
  hate('call-to-violence', 'only good GROUP|immigrant|migrant|arab|indian|refugee is a !dead'),
  hate('hatred', 'i|we !hate ~1 GROUP', { unless: HISTORY }),
  hate('exclusion', 'not !serve|rent|hire|sell|employ to|any|with GROUP', { evenNegated: true, unless: HISTORY }),
  hate('exclusion', 'not !serve|hire|employ GROUP', { evenNegated: true, unless: HISTORY }),
  hate('exclusion', '^ ~1 !go back to your|africa|mexico country|own|$', {
    unless: 'visa passport embassy insurance holiday flight',
  }),
  hate('slogan', '!heil hitler', { unless: HISTORY }),
  hate('slogan', '!sieg heil', { unless: HISTORY }),
  hate('slogan', '!hitler was right'),
  hate('slogan', 'white !power|supremacy $|now|race|forever|is', {
    unless: `${HISTORY} cable adapter socket supply charger led`,
  }),
  hate('slogan', 'race !war now'),
];
