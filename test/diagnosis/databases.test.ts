import { FAULTS } from '../../playground/faults/catalogue.ts';
import { faultTable } from '../support/fault-table.ts';
import { isOfControlPlanes } from './halves.ts';

faultTable(FAULTS.filter((fault) => !isOfControlPlanes(fault)));
