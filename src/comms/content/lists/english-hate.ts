/**
 * Hate speech in English: slurs, and what denies a protected group its humanity or its place. A group's name is never
 * enough: what is said of it decides, so that a parade, a museum and a report on hate crime pass.
 */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  GROUP: list(
    'jews jew muslims muslim blacks whites gays lesbians homosexuals immigrants migrants refugees foreigners mexicans arabs asians africans pakistanis hindus sikhs christians catholics gypsies gipsies women transsexuals queers latinos hispanics',
  ),
  KIND: list(
    'black white gay trans transgender disabled jewish arab asian african chinese indian irish polish turkish mexican roma',
  ),
  PEOPLE: list('people men women folks persons kids'),
  VERMIN: list(
    'vermin rats cockroaches roaches parasites animals subhuman subhumans filth scum terrorists criminals inferior disgusting disease diseases plague cancer apes monkeys trash thieves savages burden degenerates degenerate leeches perverts worthless rapists evil garbage retarded abomination abominations freaks pigs dogs barbarians pests swine filthy vile pedophiles paedophiles pedos groomers murderers',
  ),
  LOW: list('sick dirty filthy lazy stupid diseased dumb'),
  SUCH: list('a an the all just such like pure nothing but fucking basically'),
  REMOVED: list(
    'killed gassed deported shot hanged hung exterminated eradicated eliminated purged sterilised sterilized enslaved slaves burned burnt lynched castrated caged drowned',
  ),
  REMOVE: list('kill gas hang lynch exterminate deport burn shoot eradicate castrate'),
  ALL: list('all the every these those'),
};
const hate = ruler('hate', LISTS);
const HISTORY = 'museum exhibition memorial lecture tour history historical holocaust laundry wash colours';

/** What is said of a group by its name, and of people of a kind. */
const ofGroup = (id: string, said: string, more: Parameters<typeof hate>[2] = {}): readonly Rule[] => [
  hate(id, `!GROUP ${said}`, more),
  hate(id, `KIND !PEOPLE ${said}`, more),
];

export const ENGLISH_HATE: readonly Rule[] = [
  hate(
    'slur',
    '!nigger|niggers|nigga|niggas|niggaz|kikes|gook|gooks|wetback|wetbacks|raghead|ragheads|towelhead|towelheads|tranny|trannies|paki|pakis|beaner|beaners|darkie|darkies|jigaboo|shemale|shemales|subhuman|subhumans|untermensch|untermenschen',
    {
      unless: 'transmission gearbox',
    },
  ),
  // the short form of a Spanish first name too
  hate('slur', '!kike', { unless: 'hola el la tu su para con senor señor don gracias mesa' }),
  hate('slur', '!faggot|faggots', { unless: 'peas gravy mash butcher butchers pub menu pudding onion oven' }),
  hate('slur', '!spic|spics', { unless: 'span' }),
  hate('slur', '!chink|chinks', { unless: 'armour armor light curtain wall' }),
  hate('slur', 'you|fucking|stupid|dirty ~1 !retard|retards|dyke|fag|fags|coon|coons|negro|negroes|jew|gypsy'),
  hate('slur', '!retards'),
  ...ofGroup('dehumanising', 'are|is ?SUCH ?SUCH VERMIN', { unless: HISTORY }),
  ...ofGroup(
    'dehumanising',
    'are|is ?SUCH LOW vermin|perverts|people|animals|disease|scum|freaks|pigs|dogs|rats|bastards|$|and',
    { unless: HISTORY },
  ),
  ...ofGroup('dehumanising', 'are|is not human', { evenNegated: true }),
  ...ofGroup('dehumanising', '~2 should|must|deserve ~2 be|to ~2 REMOVED|die', { unless: HISTORY }),
  ...ofGroup('dehumanising', '~4 should not be allowed ~1 vote|work|drive|here|in', {
    evenNegated: true,
    unless: HISTORY,
  }),
  ...ofGroup('dehumanising', '~5 must|should be wiped|sent out|back'),
  hate('dehumanising', 'filthy|dirty|stinking|subhuman|disgusting|greedy !GROUP', { unless: HISTORY }),
  hate('call-to-violence', '^|just|should|must|and|please|lets !REMOVE ?all ?ALL ?filthy|fucking|dirty|damn GROUP', {
    unless: HISTORY,
  }),
  hate('call-to-violence', '!death to ~1 GROUP', { unless: HISTORY }),
  hate('call-to-violence', 'only good GROUP|immigrant|migrant|arab|indian|refugee is a !dead'),
  hate('hatred', 'i|we !hate ~1 GROUP', { unless: HISTORY }),
  hate(
    'dehumanising',
    'filthy|dirty|stinking !foreigner|immigrant|migrant|arab|muslim|jew|indian|mexican|refugee|gypsy|african|asian',
    {
      unless: HISTORY,
    },
  ),
  ...ofGroup('dehumanising', 'are ?all too stupid|dumb|weak|emotional|lazy|primitive|dirty to|for', {
    unless: HISTORY,
  }),
  ...ofGroup('dehumanising', '~3 will|should|must|deserve|can ~1 burn|rot in hell', { unless: HISTORY }),
  ...ofGroup('dehumanising', 'have|has ~1 lower|low ~1 intelligence|iq', { unless: HISTORY }),
  ...ofGroup('dehumanising', '~4 should|must know ~1 place', { unless: HISTORY }),
  hate(
    'dehumanising',
    'you|they|people|GROUP ~1 !breed|breeding|multiply like rabbits|rats|cockroaches|animals|vermin',
  ),
  hate(
    'dehumanising',
    'gypsies|jews|blacks|muslims|immigrants|migrants|refugees|arabs|mexicans|africans all|always|only|just !steal|lie|cheat|rape',
  ),
  ...ofGroup('exclusion', 'do|does not belong ~1 here|in|among|with', {
    evenNegated: true,
    unless: `${HISTORY} prison`,
  }),
  hate('exclusion', 'women !belong in|at ~1 kitchen|home', { unless: `${HISTORY} comedy` }),
  hate('exclusion', 'jews|jew !control|controls|run|runs|own|owns ~1 everything|media|banks|world|government|press', {
    unless: `${HISTORY} myth conspiracy antisemitic antisemitism`,
  }),
  hate('exclusion', '^ ~1 !go back ?to where you came|come|belong', { unless: 'step page map save bus' }),
  hate('exclusion', 'not !want|need|serve|like ?any ?more ?your|you ?people kind|sort|GROUP ~1 here|around', {
    evenNegated: true,
    unless: HISTORY,
  }),
  hate(
    'exclusion',
    '^|sorry no !muslims|jews|blacks|gays|gypsies|immigrants|migrants|foreigners|arabs|refugees|africans|asians|mexicans|lesbians|homosexuals $|allowed|welcome|wanted|here',
    { unless: HISTORY, evenNegated: true },
  ),
  hate('exclusion', '^ muslims|jews|foreigners|immigrants|migrants|refugees|arabs|blacks|pakistanis !out $|now', {
    unless: HISTORY,
  }),
  hate(
    'dehumanising',
    'homosexuality|gay|trans|transgender|islam|judaism|hinduism is a|an ~1 !disease|sickness|abomination|perversion|cancer|plague',
    {
      unless: HISTORY,
    },
  ),
  hate('exclusion', 'not !serve|rent|hire|sell|employ to|any|with GROUP', { evenNegated: true, unless: HISTORY }),
  hate('exclusion', 'not !serve|hire|employ GROUP', { evenNegated: true, unless: HISTORY }),
  hate('exclusion', '^ ~1 !go back to your|africa|mexico country|own|$', {
    unless: 'visa passport embassy insurance holiday flight',
  }),
  hate('slogan', '!heil hitler', { unless: HISTORY }),
  hate('slogan', '!sieg heil', { unless: HISTORY }),
  hate('slogan', '!hitler was right'),
  hate('slogan', '!hitler should have finished|killed|won'),
  hate('slogan', '!hitler did nothing wrong'),
  hate('slogan', 'white !power|supremacy $|now|race|forever|is', {
    unless: `${HISTORY} cable adapter socket supply charger led`,
  }),
  hate('slogan', 'race !war now'),
];
