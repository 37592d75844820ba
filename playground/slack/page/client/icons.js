const paths = {
  hash: 'M7.5 3.5 6 16.5M14 3.5l-1.5 13M3.5 7.5h13M3 12.5h13',
  lock: 'M5 9h10v7H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  home: 'M3.5 9.5 10 4l6.5 5.5V16h-4.5v-4h-4v4H3.5z',
  send: 'M3.5 4 17 10 3.5 16l1.8-6zM5.3 10H11',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  down: 'M5 8l5 5 5-5',
  right: 'M8 5l5 5-5 5',
  check: 'M5.5 10.3l3 3 6-6.6',
  cross: 'M6.5 6.5l7 7M13.5 6.5l-7 7',
  close: 'M5 5l10 10M15 5 5 15',
  file: 'M5 3h6.5L15 6.5V17H5zM11.5 3v3.5H15M7.5 10h5M7.5 13h5',
  download: 'M10 3.5v9M6.5 9l3.5 3.5L13.5 9M4 16h12',
  at: 'M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1.2c0 1.2.8 1.8 1.8 1.8 1.4 0 2.2-1.4 2.2-3a7 7 0 1 0-3 5.7',
  slash: 'M12.5 4.5l-5 11M3.5 3.5h13v13h-13z',
  sliders: 'M3 6h8M15 6h2M3 14h2M9 14h8M11 4v4M9 12v4',
  people: 'M7.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 16c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M13 9.5a2 2 0 1 0 0-4M13.5 12c2 0 3.5 1.3 3.5 3.5',
  link: 'M8.5 11.5l3-3M9 6.5l1.6-1.6a3.2 3.2 0 0 1 4.5 4.5L13.5 11M11 13.5l-1.6 1.6a3.2 3.2 0 0 1-4.5-4.5L6.5 9',
  warning: 'M10 3.5 17.5 16.5h-15zM10 8.5v4M10 14.6v.2',
};

const namespace = 'http://www.w3.org/2000/svg';

/** A 20 × 20 line icon in the colour of the text around it. */
export const icon = (name, size = 18) => {
  const svg = document.createElementNS(namespace, 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 20 20',
    width: size,
    height: size,
    fill: 'none',
    'aria-hidden': 'true',
    class: `icon icon-${name}`,
  })) {
    svg.setAttribute(key, String(value));
  }
  const path = document.createElementNS(namespace, 'path');
  for (const [key, value] of Object.entries({
    d: paths[name],
    stroke: 'currentColor',
    'stroke-width': '1.6',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  })) {
    path.setAttribute(key, value);
  }
  svg.append(path);
  return svg;
};
