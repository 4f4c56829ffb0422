import Link from 'next/link'
import classes from './shell.module.css'

export function Logo() {
  return (
    <Link href="/" className={classes.logo} aria-label="Vidmill, to the start page">
      <svg viewBox="0 0 32 32" width={28} height={28} aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0f7b82" />
        <path d="M13 9.5v13l10-6.5z" fill="#fff" />
        <path d="M7 8v16M10 11v10" stroke="#a8dfe1" strokeWidth="2" strokeLinecap="round" />
      </svg>
      <span>Vidmill</span>
    </Link>
  )
}
