import { describe, expect, it } from 'vitest';
import { matchesOf, wordsOf } from './word-overlap.ts';

const HOURS = { question: 'What are your opening hours?', answer: '9 to 5', keywords: ['open', 'close', 'time'] };
const PRICE = { question: 'How much does delivery cost?', answer: 'Free', keywords: ['price', 'shipping'] };
const RETURN = { question: 'Can I return a product?', answer: 'Within 30 days' };
const FAQS = [HOURS, PRICE, RETURN];
const best = (query: string) => matchesOf(query, FAQS)[0]?.entry;

describe('questions are found by their words', () => {
  it('without those that say nothing, and without the plural', () => {
    expect([...wordsOf('What are the Opening HOURS, please?')]).toEqual(['opening', 'hour']);
    expect([...wordsOf('Who are you?')]).toEqual(['who', 'are', 'you']);
    expect([...wordsOf('Öffnungszeiten – ½ glass')]).toContain('öffnungszeiten');
  });

  it.for([
    ['when do you open', HOURS],
    ['what time do you close', HOURS],
    ['opening hour?', HOURS],
    ['whats the shipping price', PRICE],
    ['I bought some products last week and I want to return one', RETURN],
  ] as const)('%s', ([query, found]) => {
    expect(best(query)).toBe(found);
    expect(matchesOf(query, FAQS)[0]!.score).toBeGreaterThanOrEqual(0.5);
  });

  it('and nothing is found that shares none', () => {
    expect(matchesOf('tell me a joke', FAQS)).toEqual([]);
    expect(matchesOf('', FAQS)).toEqual([]);
  });

  it('from nought to one, best first', () => {
    const scores = matchesOf('opening hours delivery return', FAQS).map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(Math.max(...scores)).toBeLessThanOrEqual(1);
  });
});
