/** Eight lines of YAML that unfold to 43 million texts; the last of them is named `h`. */
export const YAML_BOMB = 'abcdefgh'
  .split('')
  .map((name, index, names) => {
    const inner = Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${names[index - 1]}`));
    return `${name}: &${name} [${inner.join(',')}]\n`;
  })
  .join('');
