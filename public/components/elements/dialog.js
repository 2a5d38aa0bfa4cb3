import './icons.js'
import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
