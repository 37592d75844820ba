import { IN_CLUSTERS } from '../../playground/faults/catalogue.ts';
import { faultTable } from '../support/fault-table.ts';
import { isOfControlPlanes } from './halves.ts';

faultTable(IN_CLUSTERS.filter((fault) => !isOfControlPlanes(fault)));
