import './icons.js'
import '@awesome.me/webawesome/dist/components/drawer/drawer.js'
