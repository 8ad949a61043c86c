/**
 * A pure function that remembers its answers: for what is asked on every request and has few answers. When there are too
 * many it forgets them all, which costs no more than having them found again.
 */
export function remembered<Question, Answer>(
  limit: number,
  answer: (question: Question) => Answer,
): (question: Question) => Answer {
  const answers = new Map<Question, Answer>();
  return (question) => {
    const known = answers.get(question);
    if (known !== undefined) return known;
    const found = answer(question);
    if (answers.size >= limit) answers.clear();
    answers.set(question, found);
    return found;
  };
}
