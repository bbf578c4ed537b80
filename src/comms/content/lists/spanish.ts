/** The plain strong cases in Spanish, folded: without accents, with `ñ`. */
import { list, type Rule, ruler } from '../rule.ts';

const LISTS = {
  TU: list('tu tus su sus vuestra vuestro vuestras vuestros'),
  FAMILIA: list(
    'familia casa abuela abuelo padres hijo hijos hija hijas mujer marido madre padre hermano hermana perro coche tienda negocio piernas cara',
  ),
  MATAR: list('matar violar degollar apuñalar quemar rajar destripar ahorcar reventar asesinar partir'),
  PAGA: list('paga pague pagas pagad manda envia transfiere haz'),
  GRUPO: list(
    'judios moros gitanos musulmanes inmigrantes gays homosexuales maricones sudacas negros mujeres arabes chinos refugiados rumanos travestis lesbianas',
  ),
  PLAGA: list(
    'ratas escoria animales basura parasitos cucarachas terroristas criminales delincuentes monos cerdos plaga inferiores subhumanos ladrones mierda',
  ),
};
const OFERTA =
  'rebajas oferta ofertas entradas reserva descuento precio precios compra promocion pierdas pierdes perdieras ultimas vienes';
const REPARTO = 'paquete entrega pedido repartidor taxi direccion reparto tienda recoger aeropuerto coche codigo';
const threat = ruler('threat', LISTS);
const hate = ruler('hate', LISTS);
const profanity = ruler('profanity', LISTS);

/** Before what is denied or supposed. */
const DENIED = 'no si para cuando nunca jamas donde como';

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
  // without a word of violence
  threat('found-es', 'se|sabemos ?ya ?muy ?bien donde ~1 !vives|vive|vivis|viven|trabajas|duermes $|y|tu|cabron', {
    notAfter: DENIED,
    unless: REPARTO,
  }),
  threat(
    'found-es',
    'se|sabemos ~1 que|donde !colegio|escuela|estudian|estudia|juegan|juega ~1 va|van|TU ~1 TU|FAMILIA',
    {
      unless: `${REPARTO} ruta matricula`,
    },
  ),
  threat('found-es', 'vamos|voy|vienen ?a ?ir a por !ti|vosotros $|y|hijo|cabron', {
    notAfter: DENIED,
    unless: REPARTO,
  }),
  threat('found-es', 'te|os vamos|voy a !encontrar|cazar|pillar $|y|cabron|hijo', {
    notAfter: DENIED,
    unless: `${REPARTO} juego`,
  }),
  threat('found-es', 'te|os !encontraremos|encontrare $|y|cabron|donde|alla', { notAfter: DENIED, unless: REPARTO }),
  threat('found-es', 'te|os estamos|estoy !vigilando|observando $|y|desde|cabron', { notAfter: DENIED }),
  threat('found-es', 'te|os !vigilamos|observamos|vigilo $|y|dia', { notAfter: DENIED }),
  threat('harm-es', 'eres|es|seras hombre|mujer !muerto|muerta', { unless: 'juego pelicula novela' }),
  threat('found-es', 'sabemos|conocemos TU !ruta|rutina|horario $|y', { unless: REPARTO }),
  threat('regret-es', 'te|se|os vas|va|vais a !arrepentir $|de|por|si', { notAfter: DENIED, unless: OFERTA }),
  threat('regret-es', 'te|os !arrepentiras|arrepentireis $|de|por|si', { notAfter: DENIED, unless: OFERTA }),
  threat('regret-es', '?me ?esto lo|la vas|va|vais a !pagar $|caro|cara|muy', {
    notAfter: DENIED,
    unless: `${OFERTA} plazos tarjeta`,
  }),
  threat('regret-es', '?me ?esto lo|la !pagaras|pagareis $|caro|cara|muy', {
    notAfter: DENIED,
    unless: `${OFERTA} plazos tarjeta`,
  }),
  threat(
    'harm-es',
    'te|os voy|vamos|van a romper|partir|cortar ~1 las|la|los|el|TU !piernas|cara|huesos|dientes|brazos|cuello|dedos|rodillas',
  ),
  threat('regret-es', 'vas|vais a !arrepentirte|arrepentiros $|de|por|si', { notAfter: DENIED, unless: OFERTA }),
  threat('extortion-es', 'si no !pagas|paga ~1 TU FAMILIA lo ~1 pagara|pagaran|sufrira|sufriran', {
    evenNegated: true,
  }),
  threat('watch-your-back-es', 'cuida|cuidate|vigila|guarda TU|las !espaldas'),
  threat('watch-your-back-es', 'duerme con un !ojo abierto'),
  threat(
    'shame-if-es',
    '!pena|lastima|desgracia que ~1 les|le|te|os|TU|algo ~1 pasara|pase|pasase|ocurriera|sucediera|algo',
    {
      unless: `${OFERTA} seguro seguros asegura asegure`,
    },
  ),
  threat('shame-if-es', '!pena|lastima que se quemara|incendiara|quemase', {
    unless: 'seguro seguros asegura asegure',
  }),
  threat('never-again-es', 'tienes los !dias contados'),
  threat('never-again-es', 'TU !dias estan contados', { unless: OFERTA }),
  threat('never-again-es', '^ ?tu eres|seras el|la !siguiente|proximo|proxima $', {
    unless: 'turno cola sala medico fila juego',
  }),
  threat('never-again-es', 'no volveras|vas|volvereis ~2 ver a TU !FAMILIA', {
    evenNegated: true,
    unless: 'hospital residencia',
  }),
  threat('never-again-es', 'si quieres|quiere ~1 volver a ver ~1 a TU !FAMILIA', {
    unless: 'hospital residencia visitas',
  }),
  threat('never-again-es', 'no !llegaras|saldras vivo|viva|a ~1 mañana|navidad', {
    evenNegated: true,
    unless: 'juego tren',
  }),
  threat('never-again-es', 'acabaras|terminaras|acabar|terminar ~1 en ~1 !cuneta|rio|zanja|tumba|hoyo|ataud|silla', {
    unless: 'etapa ruta',
  }),
  threat('quiet-es', 'sabes lo que ~1 !pasa|paso|pasara ~1 a|con los|las|quien|quienes|TU', { unless: OFERTA }),
  threat('quiet-es', 'cierra la|TU !boca ~2 o|si', { unless: 'dentista minutos' }),
  threat('end-you-es', 'voy|vamos a !arruinarte|destrozarte|hundirte|destruirte', { unless: 'juego partida' }),
  threat('end-you-es', 'voy|vamos a !acabar contigo', { unless: 'juego partida' }),
  threat('end-you-es', 'voy|vamos a arruinar|destrozar|hundir|destruir TU !vida|reputacion|carrera|negocio|familia'),
  threat('extortion-es', 'PAGA ~8 o ~1 todos|todo|TU ~3 !veran|vera|sabra|sabran|ven|ve|sabe|saben|enterara|enteraran'),
  threat(
    'extortion-es',
    'o ~1 !publico|publicamos|publicare|difundo|enviare|mando|subo|publicaremos ~2 fotos|video|videos|todo',
  ),
  threat(
    'extortion-es',
    'si no pagas|paga|envias|mandas ~4 !publico|publicare|publicaremos|enviare|enviaremos|mandare|difundire|subire|contare ~3 fotos|video|videos|todo|todos',
    { evenNegated: true },
  ),
  threat('extortion-es', 'o ~1 !matamos|mato|quemamos|quemo|violamos|secuestramos ~1 TU ~1 FAMILIA'),
  threat('extortion-es', 'si ~5 !matamos|mato|quemamos|quemo|secuestramos ~1 TU ~1 FAMILIA', { evenNegated: true }),
  threat('taken-es', 'tenemos|tengo a TU !FAMILIA', {
    also: 'rescate policia vivo viva',
    unless: 'hospital enfermeria clinica colegio',
  }),
  threat('self-harm-es', '!suicidate'),
  threat('self-harm-es', '!matate', { unless: 'trabajar' }),
  hate('slur-es', '!sudaca|sudacas|maricon|maricones|marica|maricas|bollera|bolleras|panchito|panchitos|moromierda'),
  hate('slur-es', '!negro|negra|negros|moro|moros|gitano|judio|indio ~1 de mierda'),
  hate('dehumanising-es', '!GRUPO son ~1 PLAGA'),
  hate('violence-es', '!GRUPO deberian|deben|tendrian ~1 morir|desaparecer|arder', { unless: 'museo historia' }),
  hate('exclusion-es', 'judios !controlan|dominan|dirigen ~1 todo|mundo|bancos|prensa|medios', {
    unless: 'museo historia mito',
  }),
  hate('exclusion-es', '^ fuera|echad ~1 los|las|todos !GRUPO', { unless: 'museo historia' }),
  hate('exclusion-es', '!GRUPO fuera $|de|ya', { unless: 'museo historia juego' }),
  hate('exclusion-es', 'vete|vuelve|vuelvete|largate a TU !pais', { unless: 'visado vacaciones vuelo' }),
  hate('violence-es', 'matar|echar|quemar|expulsar ~2 los|las !GRUPO', { unless: 'museo historia' }),
  profanity('word-es', '!coño', { unless: 'cono sur' }),
  profanity('word-es', '!cabron|cabrona', { notAfter: 'senor señor señora don doña doctor doctora sr sra' }),
  profanity(
    'word-es',
    '!gilipollas|hijoputa|hijueputa|joder|jodete|jodan|jode|mierda|cabrones|pendejo|pendeja|pendejos|follar|follame|mamahuevo|malparido|malparida|culero|puto|putos|putas',
  ),
  profanity('insult-es', 'hijo|hija|hijos de !puta'),
  profanity('insult-es', '!puta madre', { unless: 'nombre apellido' }),
  profanity('insult-es', '!chinga|chingas|chingate|chinguen ~1 TU|$'),
  profanity('insult-es', 'por !culo'),
  profanity('mild-es', '!maldita|maldito|idiota|imbecil|puta', { gravity: 'mild' }),
];
