import { whyNotRecall, whyNotResend, whyNotWithdraw } from '../components/promotion-facts.js'

/**
 * What may be done with a promotion, for the menu of its row.
 * @param {import('../components/promotion-facts.js').Promotion} promotion
 * @param {{ refusal: string, report: () => void, resend: () => void, withdraw: () => void, recall: () => void }} calls
 *   `refusal`: why nothing may be changed, or ''
 */
export const actsOf = (promotion, { refusal, report, resend, withdraw, recall }) => [
  {
    name: 'What crosses…',
    act: report,
    refusal:
      promotion.BundleId === null ? promotion.Error || 'The bundle has not been built yet.' : '',
  },
  { name: 'Send again', act: resend, refusal: refusal || whyNotResend(promotion) },
  {
    name: 'Withdraw…',
    act: withdraw,
    refusal: refusal || whyNotWithdraw(promotion),
    isDanger: true,
  },
  { name: 'Recall…', act: recall, refusal: refusal || whyNotRecall(promotion), isDanger: true },
]
