'use client'

import { Text } from '@mantine/core'
import type { DayOfUsage, Metric } from '@/lib/account/usage'
import { formatAmount, formatDay, metricLabel, niceMaximum } from '@/lib/account/usage-words'
import classes from './usage.module.css'

interface UsageChartProps {
  /** The earliest first. */
  days: DayOfUsage[]
  metric: Metric
  currency: string
}

/** A bar a day. The table below it says the same in text. */
export function UsageChart({ days, metric, currency }: UsageChartProps) {
  const amounts = days.map((one) => one.amounts[metric])
  const total = amounts.reduce((sum, amount) => sum + amount, 0)
  const top = niceMaximum(Math.max(...amounts))
  const format = (amount: number) => formatAmount(metric, amount, currency)
  const [first, last] = [days[0], days.at(-1)]
  return (
    <figure className={classes.figure}>
      <figcaption>
        <Text fz="xl" fw={650} component="span">
          {format(total)}
        </Text>{' '}
        <Text c="dimmed" size="sm" component="span">
          {metricLabel(metric)} in {days.length} days
        </Text>
      </figcaption>
      <div
        className={classes.chart}
        role="img"
        aria-label={`${metricLabel(metric)} by day, at most ${format(Math.max(...amounts))} on one; the table below has each day.`}
      >
        <span className={classes.scale}>{total > 0 && format(top)}</span>
        <div className={classes.bars}>
          {days.map(({ day, amounts: { [metric]: amount } }) => (
            <div
              key={day}
              className={classes.slot}
              title={`${formatDay(day, 'long')}: ${format(amount)}`}
            >
              {amount > 0 && (
                <div
                  className={classes.bar}
                  style={{ blockSize: `max(2px, ${(amount / top) * 100}%)` }}
                />
              )}
            </div>
          ))}
        </div>
        <div className={classes.ends}>
          <span>{first && formatDay(first.day)}</span>
          <span>{last && `${formatDay(last.day)} (UTC)`}</span>
        </div>
      </div>
      {total === 0 && (
        <Text c="dimmed" size="sm">
          Nothing in these days. Requests are counted with a delay of some seconds.
        </Text>
      )}
    </figure>
  )
}
