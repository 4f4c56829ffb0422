import type { NextConfig } from 'next'

const config: NextConfig = {
  // One folder with server.js and only the modules it needs; the image and the local stack run it.
  output: 'standalone',
  // This folder is a workspace of its own: nothing above it belongs to the build.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  images: { unoptimized: true },
  // `make lint` checks types once; checking them again would double the time of a cold build.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // Titles and Open Graph tags stand in the head of every answer, not behind its body.
  htmlLimitedBots: /.*/,
  reactStrictMode: true,
  experimental: {
    // Both packages re-export hundreds of modules from one file.
    optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'],
  },
}

export default config
