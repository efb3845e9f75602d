export { default } from '../netns/setup.js'
