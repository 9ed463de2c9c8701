/** What the server says. The types are made from the OpenAPI document: `npm run types`. */
import type { components } from '../../dist/wire';

type Schemas = components['schemas'];

export type Power = Schemas['Power'];
export type MeterPower = Schemas['MeterPower'];
export type PhasePower = Schemas['PhasePower'];
export type RecentPower = Schemas['RecentPower'];
export type Energy = Schemas['Energy'];
export type Totals = Schemas['Totals'];
export type Buckets = Schemas['Buckets'];
export type Meters = Schemas['Meters'];
export type MeterBooks = Schemas['MeterBooks'];
export type Fault = Schemas['FaultNow'];
export type FaultKind = Schemas['FaultKind'];
export type MissingSpan = Schemas['MissingSpan'];
export type AuditOfPeriod = Schemas['AuditOfPeriod'];
export type MeterAudit = Schemas['MeterAudit'];
export type Site = Schemas['SiteNow'];
export type PairedDevices = Schemas['PairedDevices'];
export type PairedDevice = Schemas['PairedDevice'];
export type Problem = Schemas['Problem'];
export type Setup = Schemas['SetupNow'];
export type SetupMeter = Schemas['FoundMeterNow'];
export type SetupAnswers = Partial<Schemas['SetupAnswers']>;
export type SetupStep = Schemas['SetupStep'];
export type Cost = Schemas['Cost'];
export type CostTotals = Schemas['CostTotals'];
export type Prices = Schemas['Prices'];
export type Bill = Schemas['Bill'];
export type Peak = Schemas['PeakNow'];
export type SettingsInFile = Schemas['SettingsInFile'];
export type MeterInFile = Schemas['MeterInFile'];
export type SettingsChange = Partial<Schemas['ChangeOfSettings']>;
export type Effect = Schemas['EffectOfChange'];
export type EffectKind = Schemas['EffectKind'];
