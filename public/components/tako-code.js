import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { pythonLanguage } from '@codemirror/lang-python'
import {
  HighlightStyle,
  indentOnInput,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language'
import { csharp } from '@codemirror/legacy-modes/mode/clike'
import { powerShell } from '@codemirror/legacy-modes/mode/powershell'
import { shell } from '@codemirror/legacy-modes/mode/shell'
import { Compartment, EditorState } from '@codemirror/state'
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { LitElement } from 'lit'

/**
 * @typedef {'Bash' | 'Python' | 'PowerShell' | 'CSharp'} Syntax
 * @typedef {{ name: string, detail?: string }} Name a variable, and what is known of its value
 */

/** @type {Record<string, import('@codemirror/state').Extension>} */
const LANGUAGES = {
  Bash: StreamLanguage.define(shell),
  Python: pythonLanguage,
  PowerShell: StreamLanguage.define(powerShell),
  CSharp: StreamLanguage.define(csharp),
}

/** The helpers that Tako puts before a script, with what they take. @type {Record<string, string[]>} */
const HELPERS = {
  Bash: [
    'get_octopusvariable "Name"',
    'set_octopusvariable "Name" "value"',
    'fail_step "why"',
    'write_verbose "text"',
    'write_highlight "text"',
    'write_warning "text"',
    'update_progress 50 "text"',
  ],
  Python: [
    'get_octopusvariable("Name")',
    'set_octopusvariable("Name", "value")',
    'failstep("why")',
    'printverbose("text")',
    'printhighlight("text")',
    'printwarning("text")',
    'updateprogress(50, "text")',
  ],
  PowerShell: [
    '$OctopusParameters["Name"]',
    'Set-OctopusVariable -name "Name" -value "value"',
    'Fail-Step "why"',
    'Write-Verbose "text"',
    'Write-Highlight "text"',
    'Write-Warning "text"',
    'Update-Progress 50 "text"',
  ],
  CSharp: ['OctopusParameters["Name"]', 'SetVariable("Name", "value")', 'FailStep("why")'],
}

/** Their names alone, to colour them. */
const HELPER =
  /\b(?:[gs]et_octopusvariable|fail_?step|write_(?:verbose|highlight|warning|wait)|print(?:verbose|highlight|warning|wait)|update_?progress|new_octopusartifact|createartifact|(?:Set-Octopus|Fail-Step|Write-Highlight|Write-Verbose|Write-Warning|Update-Progress)\w*)\b/g

const colours = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: 'var(--text-3)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ansi-green)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--ansi-cyan)' },
  {
    tag: [
      tags.standard(tags.variableName),
      tags.function(tags.variableName),
      tags.standard(tags.name),
    ],
    color: 'var(--ansi-blue)',
  },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--ansi-yellow)' },
  {
    tag: [tags.definition(tags.variableName), tags.special(tags.variableName), tags.attributeName],
    color: 'var(--ansi-magenta)',
  },
])

const look = EditorView.theme({
  '&': { fontSize: '0.75rem', backgroundColor: 'var(--log)', color: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    fontVariantLigatures: 'none',
    lineHeight: '20px',
    minHeight: 'var(--least, 180px)',
    maxHeight: 'var(--most, 60vh)',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-3)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 14px 0 8px', minWidth: '40px' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--selected)' },
  '.cm-expression': {
    color: 'var(--accent-text)',
    backgroundColor: 'var(--selected)',
    borderRadius: '3px',
  },
  '.cm-expression *': { color: 'inherit' },
  '.cm-helper, .cm-helper *': { color: 'var(--ansi-blue)' },
  '.cm-unknown': { textDecoration: 'underline wavy var(--waiting)', textUnderlineOffset: '3px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '14em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '18px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--selected)',
    color: 'var(--accent-text)',
  },
  '.cm-completionDetail': { color: 'var(--text-3)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
})

/** A script editor. `change` is sent with the text as detail. Escape, then Tab leaves it. */
export class TakoCode extends LitElement {
  static properties = {
    value: {},
    syntax: {},
    label: {},
    names: { attribute: false },
    isReadOnly: { type: Boolean },
  }

  constructor() {
    super()
    this.value = ''
    /** @type {Syntax | string} */
    this.syntax = 'Bash'
    this.label = 'Script'
    /** @type {Name[]} variables to complete; when there are any, unknown ones are marked */
    this.names = []
    this.isReadOnly = false
    this.language = new Compartment()
    this.marks = new Compartment()
    this.writable = new Compartment()
    this.labelled = new Compartment()
    /** @type {EditorView | undefined} */
    this.editor = undefined
  }

  // What CodeMirror makes is not drawn by a template, so it may stand in the light.
  createRenderRoot() {
    return this
  }

  connectedCallback() {
    super.connectedCallback()
    if (this.hasUpdated) this.#open()
  }

  firstUpdated() {
    this.#open()
  }

  updated(/** @type {Map<string, unknown>} */ changes) {
    const { editor } = this
    if (!editor) return
    if (changes.has('value') && this.value !== editor.state.doc.toString()) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: this.value } })
    }
    const effects = []
    if (changes.has('syntax')) effects.push(this.language.reconfigure(LANGUAGES[this.syntax] ?? []))
    if (changes.has('names')) effects.push(this.marks.reconfigure(expressions(this.#known())))
    if (changes.has('isReadOnly')) effects.push(this.writable.reconfigure(this.#writing()))
    if (changes.has('label')) effects.push(this.labelled.reconfigure(this.#labelling()))
    if (effects.length > 0) editor.dispatch({ effects })
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.editor?.destroy()
    this.editor = undefined
  }

  focus() {
    this.editor?.focus()
  }

  #open() {
    const root = this.getRootNode()
    this.editor = new EditorView({
      parent: this,
      // By itself it would take the shadow in whose slot the page stands, and misread selections.
      root: root instanceof ShadowRoot ? root : document,
      state: EditorState.create({ doc: this.value, extensions: this.#extensions() }),
    })
  }

  #extensions() {
    return [
      lineNumbers(),
      highlightActiveLineGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of('  '),
      closeBrackets(),
      autocompletion({ override: [(context) => this.#complete(context)], icons: false }),
      syntaxHighlighting(colours),
      look,
      marked(
        new MatchDecorator({ regexp: HELPER, decoration: Decoration.mark({ class: 'cm-helper' }) }),
      ),
      this.language.of(LANGUAGES[this.syntax] ?? []),
      this.marks.of(expressions(this.#known())),
      this.writable.of(this.#writing()),
      this.labelled.of(this.#labelling()),
      keymap.of([
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...completionKeymap,
        indentWithTab,
      ]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return
        this.value = update.state.doc.toString()
        this.dispatchEvent(new CustomEvent('change', { detail: this.value }))
      }),
    ]
  }

  #known() {
    return new Set(this.names.map(({ name }) => name.toLowerCase()))
  }

  #writing() {
    return [EditorState.readOnly.of(this.isReadOnly), EditorView.editable.of(!this.isReadOnly)]
  }

  #labelling() {
    return EditorView.contentAttributes.of({
      'aria-label': this.label,
      ...(this.isReadOnly && { tabindex: '0' }),
    })
  }

  #complete(/** @type {import('@codemirror/autocomplete').CompletionContext} */ context) {
    const expression = context.matchBefore(/#\{[^}\n]*/)
    if (expression) return this.#variables(expression.from + 2, '}')
    const read = context.matchBefore(/(?:octopusvariable"?\(? ?|OctopusParameters\[)["'][^"'\n]*/i)
    if (read) return this.#variables(read.from + read.text.search(/["'][^"']*$/) + 1, '')
    const word = context.matchBefore(/[\w$-]+/)
    if (!word && !context.explicit) return null
    // Unasked, only what begins so: with a looser fit, Enter would turn the `wait` of bash into another word.
    const typed = context.explicit ? '' : (word?.text.toLowerCase() ?? '')
    const helpers = (HELPERS[this.syntax] ?? [])
      .filter((text) => text.toLowerCase().startsWith(typed))
      .map((text) => ({ label: text, type: 'function' }))
    const names = context.explicit
      ? this.names.map(({ name, detail }) => completion(`#{${name}}`, detail))
      : []
    return { from: word?.from ?? context.pos, options: [...helpers, ...names] }
  }

  #variables(/** @type {number} */ from, /** @type {string} */ end) {
    const options = this.names.map(({ name, detail }) => ({
      ...completion(name, detail),
      apply: (
        /** @type {EditorView} */ view,
        /** @type {unknown} */ _,
        /** @type {number} */ start,
        /** @type {number} */ to,
      ) => {
        const isClosed = !end || view.state.sliceDoc(to, to + end.length) === end
        const insert = name + (isClosed ? '' : end)
        const anchor = start + name.length + end.length
        view.dispatch({ changes: { from: start, to, insert }, selection: { anchor } })
      },
    }))
    return { from, options, validFor: /^[\w.[\] -]*$/ }
  }
}

/** @param {string} label @param {string} [detail] */
const completion = (label, detail) => ({ label, type: 'variable', ...(detail && { detail }) })

/**
 * Marks `#{…}`, and those whose name nothing gives a value.
 * @param {Set<string>} known lower-case names; empty: no name is called unknown
 */
function expressions(known) {
  return marked(
    new MatchDecorator({
      regexp: /#\{([^}\n]*)\}/g,
      decoration: (match) => {
        const name = match[1] ?? ''
        const isPlain = /^[\w.-]+$/.test(name) && !/^octopus\./i.test(name)
        const isUnknown = known.size > 0 && isPlain && !known.has(name.toLowerCase())
        return Decoration.mark({
          class: isUnknown ? 'cm-expression cm-unknown' : 'cm-expression',
          attributes: isUnknown ? { title: `No variable is called ${name}` } : {},
        })
      },
    }),
  )
}

/** Draws what a matcher finds, and finds anew what is edited. @param {MatchDecorator} matcher */
const marked = (matcher) =>
  ViewPlugin.define(
    (view) => ({
      marks: matcher.createDeco(view),
      update(/** @type {import('@codemirror/view').ViewUpdate} */ update) {
        this.marks = matcher.updateDeco(update, this.marks)
      },
    }),
    { decorations: (plugin) => plugin.marks },
  )

customElements.define('tako-code', TakoCode)
