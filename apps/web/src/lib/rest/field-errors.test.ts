import { describe, expect, it } from 'vitest'
import { fieldErrors } from './field-errors'
import { ApiError } from './problem'

function refused(errors: { field: string; detail: string }[]): ApiError {
  return new ApiError(422, 'invalid_request', 'Check these fields.', errors)
}

describe('what is wrong with the fields of a form', () => {
  it('is told at the field, as a sentence', () => {
    const error = refused([
      { field: 'name', detail: 'should have at most 100 characters' },
      { field: 'password', detail: 'The password needs at least 15 characters.' },
    ])
    expect(fieldErrors(error)).toEqual({
      name: 'Should have at most 100 characters.',
      password: 'The password needs at least 15 characters.',
    })
  })

  it('is told once for a list with several faults', () => {
    const error = refused([
      { field: 'ip_allow.0', detail: 'first' },
      { field: 'ip_allow.3', detail: 'second' },
    ])
    expect(fieldErrors(error)).toEqual({ ip_allow: 'First.' })
  })

  it('is nothing where the failure is about no field', () => {
    expect(fieldErrors(new ApiError(0, 'unreachable', 'No answer.'))).toEqual({})
    expect(fieldErrors(new Error('no'))).toEqual({})
  })
})
