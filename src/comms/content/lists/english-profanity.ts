/**
 * Strong and vulgar words in English. Words that are also a name, an animal, a plant or what a clinic writes about are
 * `doubtful`: they count within a phrase that leaves no doubt, or when somebody took the trouble to disguise them.
 */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  MY: list('my your his her their our'),
  NAME: list('you stupid dumb fucking lazy filthy ugly fat dirty lying'),
};
/** What brewers and winemakers call their own goods. */
const BREWED = 'ale ipa lager stout beer beers brewery brewing tap wine chardonnay merlot shiraz cocktail cocktails';
const profanity = ruler('profanity', LISTS);

export const ENGLISH_PROFANITY: readonly Rule[] = [
  profanity(
    'word',
    '!fuck|fucks|fucked|fucker|fuckers|fucking|fuckin|fucka|fuckup|fuckhead|fuckface|fuckwit|motherf|motherfuck|motherfucker|motherfuckers|motherfucking|fuking|fukin|fck|fcking|fcked|fvck|fvcking|phuck|phucking|fuq|stfu|gtfo',
  ),
  profanity(
    'word',
    '!shit|shits|shitty|shittier|shittiest|shithead|shitheads|shithole|shitshow|shitface|shitbag|shitload|shitstorm|shitting|bullshit|bullshitter|bullshitting|horseshit|batshit|dipshit|dipshits|apeshit|sht',
  ),
  profanity(
    'word',
    '!asshole|azzhole|mofo|mofos|assholes|arsehole|arseholes|asshat|asswipe|dumbass|dumbasses|jackoff|fatass|badasses|smartass',
  ),
  profanity(
    'word',
    '!cunt|cunts|cunty|twat|twats|wanker|wankers|wanking|bellend|knobhead|dickhead|dickheads|prickhead|cocksuck|cocksucker|cocksuckers|slut|sluts|slutty|cumshot|blowjob|blowjobs|handjob|rimjob|jizz|milf|douchebag|douchebags',
  ),
  profanity('word', '!whore|whores', { unless: 'stage theatre screening cinema novel playwright premiere opera' }),
  profanity('word', '!tosser|tossers', { unless: `caber pancake salad coin ${BREWED}` }),
  profanity('word', '!skank', { unless: 'reggae ska dub dance' }),
  profanity('word', '!wank', { unless: 'bahn talstation garmisch gipfel berg auf am' }),
  profanity('insult', 'bunch|pack|bag|load|lot of ~1 !pricks|bastards|dicks|bitches|pussies', { unless: BREWED }),
  profanity('insult', 'NAME !bitch|bitches|bastard|bastards|prick|pricks|pussy|pussies|dick|dicks', {
    unless: `puppies puppy breeder whelp spaying vet flower flowers willow toadflax bird birds kennel ${BREWED}`,
  }),
  profanity('insult', 'you little|old|sad|nasty|crazy|miserable|greedy|rotten !bitch|bastard|prick|pussy|twat'),
  profanity('insult', '!fuk|phuk|fuc u|you|off|this|it|them'),
  profanity('insult', 'NAME|a|what !jackass', { unless: 'donkey mule penguin' }),
  profanity('insult', '!get|move|haul your|ur ass over|here|out|off|back|in'),
  profanity('insult', 'son of a !bitch|whore'),
  profanity('insult', 'what a !bitch|bastard|dick|prick'),
  profanity('insult', '!piss|sod|bugger off'),
  profanity('insult', 'being|be a !dick|prick|bitch'),
  profanity('vulgar', '!suck|sucks|lick|licks ~1 MY ~1 dick|cock|balls|pussy|tits|ass|arse|clit|nipples', {
    unless: 'dog puppy lollipop',
  }),
  profanity('vulgar', '!kiss|lick|up|eat ~1 MY|this ass|arse|butthole'),
  profanity(
    'vulgar',
    '!show|send|picture|pictures|pic|pics|photo|grab|touch ~3 of|me|MY MY ~1 tits|titties|pussy|dick|cock|boobs|ass',
    { unless: 'cat vet doctor nurse' },
  ),
  profanity('vulgar', '!cum|ejaculate|jerk|wank on|in|inside|off ~1 MY|you|over ~1 face|tits|mouth|ass|you|$'),
  profanity('vulgar', '!dick pic|pics'),
  profanity('vulgar', 'eat a !dick'),
  profanity('vulgar', 'bag of !dicks'),
  profanity('word', '!bitch|bitches|dick|cock|pussy|bastard|slag|prick|tits', {
    gravity: 'doubtful',
    unless: 'willow',
  }),
  profanity(
    'mild',
    '!wtf|damn|damned|goddamn|crap|crappy|hell|bloody|arse|ass|idiot|idiots|moron|morons|jerk|jerks|bollocks|piss|pissed|stupid|bugger|sod|boobs|screwed|bastard|bastards',
    {
      gravity: 'mild',
      unless: 'mary marys michigan highway donkey chicken nose stool',
    },
  ),
];
