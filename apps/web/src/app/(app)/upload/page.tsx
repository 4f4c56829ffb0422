import { redirect } from 'next/navigation'

/** The start page is the upload page; its other name leads there. */
export default function Page() {
  redirect('/')
}
