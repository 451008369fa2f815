import type { Image } from '../../shared/core/model/pool.ts';
import { poolImageSupport } from '../../shared/rules/pool-image-support.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anImage, aPool, snapshotOf } from '../support/snapshots.ts';

const MACHINE = 'properties.deploymentConfiguration.virtualMachineConfiguration';
const AGENT = `${MACHINE}.nodeAgentSkuId`;
const IMAGE = `${MACHINE}.imageReference`;

function made(parts: Partial<Image>) {
  return snapshotOf({ pools: [aPool({ image: anImage(parts) })] });
}

function windows(sku: string, parts: Partial<Image> = {}) {
  const server = { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku };
  return made({ nodeAgent: 'batch.node.windows amd64', ...server, ...parts });
}

const UBUNTU_22 = { nodeAgent: 'batch.node.ubuntu 22.04' };
const DESIRED = 'an image and a node agent that Batch supports';

testRule(poolImageSupport, {
  compliant: [
    { name: 'an agent without an end', snapshot: made({}) },
    { name: 'an agent without an end, in another case', snapshot: made({ nodeAgent: 'Batch.Node.Ubuntu 24.04' }) },
    { name: 'more than a year before the end', snapshot: made(UBUNTU_22), now: new Date('2026-06-30T00:00:00Z') },
    {
      name: 'a year is far where only 30 days are asked for',
      snapshot: made(UBUNTU_22),
      now: new Date('2027-05-01T00:00:00Z'),
      options: { within: 'P30D' },
    },
    {
      name: 'an image of your own on an agent that lives',
      snapshot: made({ isOwn: true, publisher: null, offer: null, sku: null }),
    },
    {
      name: 'an image of your own on Windows',
      snapshot: windows('', { isOwn: true, publisher: null, offer: null, sku: null }),
    },
    { name: 'a Windows without an end', snapshot: windows('2022-datacenter') },
    {
      name: 'cloud services, which another rule is for',
      snapshot: snapshotOf({ pools: [aPool({ deployment: { kind: 'cloud-service', inferred: false }, image: null })] }),
    },
  ],
  violating: [
    {
      name: 'the agent has ended',
      snapshot: made({ nodeAgent: 'batch.node.ubuntu 20.04' }),
      expect: [
        {
          path: AGENT,
          severity: 'high',
          observed: 'batch.node.ubuntu 20.04',
          desired: DESIRED,
          why: /^Batch's support for batch\.node\.ubuntu 20\.04 ended on 2025-04-23 \(https:\/\/github\.com\/Azure\/Batch\/issues\/174; checked \d{4}-\d\d-\d\d\):/,
          fix: { manual: /choose an image with another node agent than batch\.node\.ubuntu 20\.04/ },
        },
      ],
    },
    {
      name: 'the agent has ended, for an image of your own too',
      snapshot: made({ nodeAgent: 'batch.node.centos 7', isOwn: true }),
      expect: [{ path: AGENT, severity: 'high', fix: { manual: /build your image anew/ } }],
    },
    {
      name: 'the first day after the end',
      snapshot: made(UBUNTU_22),
      now: new Date('2027-07-01T00:00:00Z'),
      expect: [{ path: AGENT, severity: 'high', why: /ended on 2027-06-30/, fix: { manual: /ubuntu 22\.04/ } }],
    },
    {
      name: 'the last day',
      snapshot: made(UBUNTU_22),
      now: new Date('2027-06-30T12:00:00Z'),
      expect: [{ path: AGENT, severity: 'medium', why: /in 1 day \(/, fix: { manual: /ubuntu 22\.04/ } }],
    },
    {
      name: '180 days before the end',
      snapshot: made(UBUNTU_22),
      now: new Date('2027-01-02T00:00:00Z'),
      expect: [{ path: AGENT, severity: 'medium', why: /in 180 days \(/, fix: { manual: /ubuntu 22\.04/ } }],
    },
    {
      name: 'a little earlier',
      snapshot: made(UBUNTU_22),
      now: new Date('2027-01-01T23:59:59Z'),
      expect: [{ path: AGENT, severity: 'low', why: /in 181 days \(/, fix: { manual: /ubuntu 22\.04/ } }],
    },
    {
      name: 'a year before the end',
      snapshot: made(UBUNTU_22),
      now: new Date('2026-07-01T00:00:00Z'),
      expect: [{ path: AGENT, severity: 'low', fix: { manual: /ubuntu 22\.04/ } }],
    },
    {
      name: 'further ahead, where that is asked for',
      snapshot: made(UBUNTU_22),
      options: { within: 'P1000D' },
      expect: [{ path: AGENT, severity: 'low', fix: { manual: /ubuntu 22\.04/ } }],
    },
    {
      name: 'the image ends before its agent',
      snapshot: made({ nodeAgent: 'batch.node.el 9', publisher: 'AlmaLinux', offer: 'almalinux', sku: '9-gen2' }),
      expect: [
        {
          path: IMAGE,
          severity: 'high',
          observed: 'AlmaLinux:almalinux:9-gen2',
          why: /ended on 2024-12-29/,
          fix: { manual: /choose another image than AlmaLinux:almalinux:9-gen2/ },
        },
      ],
    },
    {
      name: 'a Windows that ends within the year',
      snapshot: windows('2016-Datacenter-smalldisk'),
      expect: [{ path: IMAGE, severity: 'low', why: /ends on 2027-01-12/, fix: { manual: /choose another image/ } }],
    },
    {
      name: 'a Windows that has ended',
      snapshot: windows('2012-R2-Datacenter'),
      expect: [{ path: IMAGE, severity: 'high', fix: { manual: /choose another image/ } }],
    },
  ],
  unknown: [
    {
      name: 'an agent that is not known',
      snapshot: made({ nodeAgent: 'batch.node.moss 1' }),
      expect: [
        { path: AGENT, unknown: /until when Batch supports batch\.node\.moss 1 is not known here/, code: 'undecided' },
      ],
    },
    {
      name: 'a Windows that is not known',
      snapshot: windows('2031-datacenter'),
      expect: [
        { path: AGENT, unknown: /the image MicrosoftWindowsServer:WindowsServer:2031-datacenter/, code: 'undecided' },
      ],
    },
    {
      name: 'no deploymentConfiguration',
      snapshot: snapshotOf({ pools: [aPool({ deployment: null, image: null })] }),
      expect: [{ path: MACHINE, unknown: /no deploymentConfiguration/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
