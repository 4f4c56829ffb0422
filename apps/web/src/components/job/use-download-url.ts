'use client'

import { useServices } from '@/components/providers/services'

/**
 * Where a job's file is saved from. Not its playback address: a browser ignores `download` on a link
 * to another origin and would play the file; this one answers with the name to save it under.
 */
export function useDownloadUrl(jobId: string): (assetId: string) => string {
  const { apiUrl } = useServices().config
  return (assetId) => `${apiUrl}/api/v1/jobs/${jobId}/outputs/${assetId}/download`
}
