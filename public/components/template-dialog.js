import { html, nothing } from 'lit'
import { checkbox, selectField, textField } from './form.js'
import { formDialog } from './form-dialog.js'

/**
 * @typedef {{ Id: string, Name: string, Label: string, HelpText: string, Type: string, DefaultValue: string | null, IsRequired: boolean }} Template
 */

/** @type {[value: string, text: string][]} */
const TYPES = [
  ['String', 'Text'],
  ['Sensitive', 'A secret'],
  ['WorkerPool', 'A worker pool'],
]

/** A template of no name yet. @returns {Template} */
export const newTemplate = () => ({
  ...{ Id: '', Name: '', Label: '', HelpText: '', Type: 'String' },
  ...{ DefaultValue: null, IsRequired: true },
})

/**
 * The dialog for a template.
 * @param {object} options
 * @param {Template} options.template
 * @param {boolean} options.isNew
 * @param {boolean} options.isBusy
 * @param {Error | undefined} options.error
 * @param {(changes: Partial<Template>) => void} options.onchange
 * @param {() => void} options.onsend
 * @param {() => void} options.onclosed
 */
export const templateDialog = ({ template, isNew, isBusy, error, onchange, onsend, onclosed }) =>
  formDialog(
    {
      title: isNew ? 'Add template' : `Template ${template.Name}`,
      verb: isNew ? 'Add' : 'Change',
      ...{ isBusy, error, onsend, onclosed },
    },
    html`
      ${textField({ id: 'template-name', label: 'Name of the variable', value: template.Name, mono: true, required: true, autofocus: isNew, placeholder: 'Database.Host', oninput: (Name) => onchange({ Name }) })}
      ${textField({ id: 'template-label', label: 'Question', value: template.Label, placeholder: 'Where is the database?', oninput: (Label) => onchange({ Label }) })}
      ${textField({ id: 'template-help', label: 'Help', value: template.HelpText, oninput: (HelpText) => onchange({ HelpText }) })}
      ${selectField({
        ...{ id: 'template-type', label: 'Kind', options: TYPES, chosen: template.Type },
        onchange: (Type) => onchange({ Type, DefaultValue: null }),
      })}
      ${
        template.Type === 'String'
          ? textField({
              ...{ id: 'template-default', label: 'Value when an environment has none' },
              ...{ value: template.DefaultValue ?? '', mono: true },
              oninput: (text) => onchange({ DefaultValue: text || null }),
            })
          : nothing
      }
      ${checkbox({ id: 'template-required', label: 'Required', help: 'Without a value, no release is deployed to the environment.', checked: template.IsRequired, onchange: (IsRequired) => onchange({ IsRequired }) })}`,
  )
